// Sorts and filters the table of all submissions. It reads what is in the page and nothing else;
// without it the table is complete, in order of the ids.
"use strict";
(function () {
  const table = document.getElementById("everybody");
  const controls = document.getElementById("controls");
  if (!table || !controls) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const told = document.getElementById("shown");
  const field = name => controls.querySelector("[name=" + name + "]");
  const words = field("words"), state = field("state"), section = field("section");
  const late = field("late");

  function wanted(row) {
    const text = row.textContent.toLowerCase();
    return words.value.toLowerCase().split(/\s+/).every(word => text.includes(word))
      && (!state.value || row.dataset.state === state.value)
      && (!section || !section.value
          || row.dataset.sections.split("\n").includes(section.value))
      && (!late || !late.checked || row.dataset.late === "yes");
  }
  function filter() {
    let count = 0;
    for (const row of rows) {
      row.hidden = !wanted(row);
      count += row.hidden ? 0 : 1;
    }
    told.textContent = count + " of " + rows.length + " shown";
  }
  function value(row, column) {
    const cell = row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent.trim() : Number(cell.dataset.sort);
  }
  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), undefined, {numeric: true, sensitivity: "base"});
  }
  function sort(heading, column) {
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const sorted = rows.slice().sort(
      (a, b) => (down ? -1 : 1) * compare(value(a, column), value(b, column)));
    body.append(...sorted);
  }
  Array.from(table.tHead.rows[0].cells).forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading, column));
    heading.append(button);
  });
  controls.addEventListener("input", filter);
  controls.hidden = false;
  filter();
})();
