"use strict";
// Filters for the findings. Without this script the page is whole; with it, the choice stands in the address.
(function () {
  var form = document.getElementById("filter");
  if (!form) { return; }
  var others = document.getElementById("others"), shown = document.getElementById("shown"), none = document.getElementById("none");
  var groups = Array.prototype.map.call(document.querySelectorAll("#all .g"), function (section) {
    var heading = section.querySelector("h3").textContent;
    var lines = Array.prototype.map.call(section.querySelectorAll("li[id]"), function (item) {
      var d = item.dataset;
      return { item: item, grade: d.g, area: d.a, rule: d.r, worker: d.w, household: d.h, child: d.c, heading: heading, text: null };
    });
    return { section: section, lines: lines };
  });
  var index = {};
  Array.prototype.forEach.call(document.querySelectorAll("tr[data-for]"), function (row) { index[row.dataset.for] = row; });
  var total = groups.reduce(function (sum, group) { return sum + group.lines.length; }, 0);
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[name=grade]"));
  var PLAIN = ["area", "rule", "household", "child", "worker"], NAMES = PLAIN.concat("q");
  var written = location.hash;

  function follows(first, second) { return first.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING; }

  function hide(element, hidden) { if (element && element.hidden !== hidden) { element.hidden = hidden; } }

  function choice() {
    var chosen = { grade: {}, all: true };
    boxes.forEach(function (box) { chosen.grade[box.value] = box.checked; chosen.all = chosen.all && box.checked; });
    NAMES.forEach(function (name) { chosen[name] = form.elements[name].value; });
    chosen.words = chosen.q.toLowerCase().split(/\s+/).filter(Boolean);
    return chosen;
  }

  function fits(line, chosen) {
    if (!chosen.grade[line.grade]) { return false; }
    if (PLAIN.some(function (name) { return chosen[name] && line[name] !== chosen[name]; })) { return false; }
    if (!chosen.words.length) { return true; }
    if (line.text === null) { line.text = (line.heading + " " + line.item.textContent + " " + line.rule).toLowerCase(); }
    return chosen.words.every(function (word) { return line.text.indexOf(word) >= 0; });
  }

  function apply() {
    var chosen = choice(), number = 0;
    groups.forEach(function (group) {
      var here = 0;
      group.lines.forEach(function (line) {
        var fit = fits(line, chosen);
        hide(line.item, !fit);
        here += fit ? 1 : 0;
      });
      hide(group.section, here === 0);
      hide(index[group.section.id], here === 0);
      number += here;
    });
    // A page that shows a choice prints that choice, and nothing else.
    document.body.classList.toggle("chosen", number < total);
    about(chosen);
    hide(others, number < total && groups.every(function (group) { return group.section.hidden || !follows(others, group.section); }));
    hide(none, number > 0 || total === 0);
    shown.textContent = "Showing " + number.toLocaleString("en-GB") + " of " + total.toLocaleString("en-GB") + " findings";
    return chosen;
  }

  // A page for one rule begins with what was found under it; one for a household, child or worker with its name.
  function about(chosen) {
    var place = document.getElementById("about"), rule = chosen.rule && document.querySelector('[data-rule="' + CSS.escape(chosen.rule) + '"]');
    place.textContent = "";
    ["household", "child", "worker"].forEach(function (name) {
      var field = form.elements[name], heading = document.createElement("h3");
      if (!chosen[name]) { return; }
      var label = field.selectedOptions.length ? field.selectedOptions[0].textContent : chosen[name];
      heading.textContent = name === "household" ? label : name.charAt(0).toUpperCase() + name.slice(1) + " " + label;
      place.appendChild(heading);
    });
    if (rule) {
      Array.prototype.forEach.call(rule.cloneNode(true).children, function (part) {
        part.removeAttribute("id");
        place.appendChild(part.cloneNode(true));
      });
    }
    hide(place, !place.firstChild);
  }

  function write(chosen, typed) {
    var parts = NAMES.filter(function (name) { return chosen[name]; }).map(function (name) {
      return name + "=" + encodeURIComponent(chosen[name]);
    });
    if (!chosen.all) {
      parts.push("grade=" + boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; }).join(","));
    }
    written = parts.length ? "#" + parts.join("&") : "#findings";
    // Each choice is a step that Back undoes; typing is one step altogether.
    if (written === location.hash) { return; }
    try { history[typed ? "replaceState" : "pushState"](null, "", written); } catch (refused) { location.hash = written; }
  }

  function decoded(text) { try { return decodeURIComponent(text); } catch (broken) { return text; } }

  // True where the address holds a choice rather than a place on the page.
  function read() {
    var hash = location.hash.slice(1), values = {};
    if (hash.indexOf("=") < 0) { return false; }
    hash.split("&").forEach(function (part) {
      var at = part.indexOf("=");
      values[part.slice(0, at)] = decoded(part.slice(at + 1));
    });
    NAMES.forEach(function (name) { form.elements[name].value = values[name] || ""; });
    boxes.forEach(function (box) {
      box.checked = values.grade === undefined || values.grade.split(",").indexOf(box.value) >= 0;
    });
    return true;
  }

  function changed(typed) { write(apply(), typed); }

  function arrived() {
    if (read()) {
      apply();
      var heading = document.getElementById("findings");
      heading.scrollIntoView();
      heading.focus({ preventScroll: true });
      return;
    }
    // Back at a place before any choice: everything is shown again.
    if (document.body.classList.contains("chosen") && (!location.hash || location.hash === "#findings")) { clear(); return; }
    // A link to a finding that the filter hides: show everything, then go there.
    var place = document.getElementById(decoded(location.hash.slice(1)));
    if (place && place.closest("#all [hidden]")) { clear(); place.scrollIntoView(); }
  }

  function clear() {
    form.reset();
    apply();
  }

  var waiting = 0;
  form.addEventListener("input", function (event) {
    clearTimeout(waiting);
    var typed = event.target.type === "search" && location.hash.indexOf("q=") > 0;
    waiting = setTimeout(function () { changed(typed); }, event.target.type === "search" ? 200 : 0);
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); clearTimeout(waiting); changed(true); });
  document.getElementById("clear").addEventListener("click", function () { clear(); write(choice()); });
  window.addEventListener("hashchange", function () { if (location.hash !== written) { written = location.hash; arrived(); } });
  Array.prototype.forEach.call(document.querySelectorAll("a.only"), function (link) { link.hidden = false; });
  document.getElementById("print").addEventListener("click", function () { window.print(); });
  form.hidden = false;
  if (read()) { arrived(); } else { apply(); }
})();
