"use strict";
// Sort a table by the column whose head is pressed; numbers by value, names by text; again turns the order round. What
// has no value stands last either way.
document.querySelectorAll("th button").forEach((button) => {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const table = button.closest("table");
    const column = [...head.parentNode.children].indexOf(head);
    const up = head.getAttribute("aria-sort") !== "ascending";
    table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const value = (row) => row.children[column].dataset.order;
    const numeric = table.querySelectorAll(`tbody tr > :nth-child(${column + 1})[data-kind="number"]`).length > 0;
    const compare = (a, b) =>
      numeric ? Number(value(a)) - Number(value(b)) : value(a).localeCompare(value(b));
    const lacks = (row) => Number(value(row) === "");
    const rows = [...table.tBodies[0].rows].sort((a, b) => lacks(a) - lacks(b) || (up ? compare(a, b) : compare(b, a)));
    table.tBodies[0].append(...rows);
  });
});
