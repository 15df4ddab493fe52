"""Pictures of a sweep: lines, maps, contours."""
