"use strict";
(() => {
  const filters = document.querySelector(".filters");
  const search = document.getElementById("search");
  const outcome = document.getElementById("outcome");
  const severity = document.getElementById("severity");
  const told = document.getElementById("told");
  const rows = [...document.querySelectorAll("tr[data-row]")];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const all = [...document.querySelectorAll("details")];

  // A row says its outcomes and severity; one that has none is only searched.
  const fits = (row, name, wanted) => !wanted || row.dataset[name] === undefined ||
    row.dataset[name].split("|").includes(wanted);

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = texts.get(row);
      const fit = words.every((word) => text.includes(word)) && fits(row, "outcome", outcome.value) &&
        fits(row, "severity", severity.value);
      row.hidden = !fit;
      shown += fit ? 1 : 0;
    }
    const active = words.length > 0 || outcome.value || severity.value;
    told.textContent = active ? `${shown} of ${rows.length} rows` : "";
    for (const one of document.querySelectorAll("details[data-group]")) {
      const some = one.querySelector("tr[data-row]:not([hidden])") !== null;
      one.hidden = !some;
      if (active && some) one.open = true;
    }
  };

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.sort ?? cell.textContent.trim();
  };

  const sort = (header) => {
    const table = header.closest("table");
    const column = header.cellIndex;
    const up = header.getAttribute("aria-sort") !== "ascending";
    for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = table.tBodies[0];
    const ordered = [...body.rows].sort((a, b) =>
      value(a, column).localeCompare(value(b, column), undefined, { numeric: true }) * (up ? 1 : -1));
    body.append(...ordered);
  };

  for (const header of document.querySelectorAll("table.sortable thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sort(header));
  }

  const open = (wanted) => all.forEach((one) => { one.open = wanted; });
  filters.hidden = false;
  search.addEventListener("input", apply);
  outcome.addEventListener("change", apply);
  severity.addEventListener("change", apply);
  document.getElementById("clear").addEventListener("click", () => {
    search.value = outcome.value = severity.value = "";
    apply();
    search.focus();
  });
  document.getElementById("open").addEventListener("click", () => open(true));
  document.getElementById("close").addEventListener("click", () => open(false));
  window.addEventListener("beforeprint", () => open(true));
  document.addEventListener("keydown", (event) => {
    const typing = ["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
  });
})();
