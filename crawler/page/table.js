// Sorts and filters the table of sites; without it the page shows the same rows as they are.
(function () {
  var table = document.querySelector(".sites");
  var body = table.tBodies[0], rows = Array.prototype.slice.call(body.rows);
  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  var collator = new Intl.Collator();
  function keyOf(row, column) {
    var cell = row.cells[column], key = cell.getAttribute("data-k");
    if (heads[column].className) return cell.textContent.toLowerCase();
    return key === null ? parseFloat(cell.textContent.replace(/,/g, "") || "-1") : Number(key);
  }
  function sortBy(head, column) {
    var up = head.getAttribute("aria-sort") === "descending" ||
      head.getAttribute("aria-sort") === null && head.className !== "";
    var keyed = rows.map(function (row) { return [keyOf(row, column), row]; });
    keyed.sort(function (a, b) {
      var order = typeof a[0] === "number" ? a[0] - b[0] : collator.compare(a[0], b[0]);
      return up ? order : -order;
    });
    heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    var sorted = document.createDocumentFragment();
    rows = keyed.map(function (pair) { sorted.appendChild(pair[1]); return pair[1]; });
    body.appendChild(sorted);
  }
  heads.forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", function () { sortBy(head, column); });
  });
  var find = document.getElementById("find"), shown = find.querySelector("span");
  find.hidden = false;
  find.querySelector("input").addEventListener("input", function (event) {
    var wanted = event.target.value.toLowerCase(), count = 0;
    rows.forEach(function (row) {
      var fits = row.textContent.toLowerCase().indexOf(wanted) >= 0;
      row.hidden = !fits;
      count += fits;
    });
    shown.textContent = count + " of " + rows.length + " sites";
  });
})();
