(function () {
  "use strict";
  var live = document.getElementById("live");
  if (!live) { return; }

  var copy = function (button) {
    var key = document.getElementById(button.getAttribute("data-copy"));
    var done = function () {
      // The button that was pressed last says so, for as long as its key is what was copied.
      live.querySelectorAll("[data-copy]").forEach(function (one) {
        one.firstChild.textContent = one.getAttribute(one === button ? "data-copied" : "data-word");
      });
      var said = document.getElementById("copied");
      if (said) { said.textContent = button.getAttribute("data-done"); }
    };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(key.textContent).then(done, function () { mark(key); });
    } else {
      mark(key);
      if (document.execCommand && document.execCommand("copy")) { done(); }
    }
  };
  var mark = function (key) {
    var range = document.createRange();
    range.selectNodeContents(key);
    var chosen = window.getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
  };
  live.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (button) { copy(button); }
  });
  var dress = function () {
    live.querySelectorAll("[data-copy]").forEach(function (button) { button.hidden = false; });
  };
  dress();
  var errors = document.getElementById("errors");
  if (errors) { errors.focus(); }
  if (!window.fetch || !window.DOMParser) { return; }

  // The page as it is now, if it has changed; a field that somebody is filling is left alone.
  var tag = "";
  var asking = false;
  var look = function () {
    if (asking) { return; }
    asking = true;
    // The first answer only says which page this is: what was told or opened on it stays.
    var known = tag !== "";
    var headers = { "X-Requested-With": "fetch" };
    if (tag) { headers["If-None-Match"] = tag; }
    fetch(location.pathname, { credentials: "same-origin", cache: "no-store", headers: headers })
      .then(function (answer) {
        tag = answer.headers.get("ETag") || tag;
        return answer.status === 200 ? answer.text() : "";
      })
      .then(function (text) {
        asking = false;
        if (!text) { return; }
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("live");
        if (!fresh || live.contains(document.activeElement) && /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) { return; }
        if (fresh.getAttribute("data-stage") !== live.getAttribute("data-stage") || known && fresh.innerHTML.length !== live.innerHTML.length) {
          live.innerHTML = fresh.innerHTML;
        }
        live.setAttribute("data-stage", fresh.getAttribute("data-stage"));
        live.setAttribute("data-waits", fresh.getAttribute("data-waits"));
        dress();
        if (live.getAttribute("data-waits") !== "true" && stream) { stream.close(); }
      })
      .catch(function () { asking = false; });
  };

  var since = Date.now();
  var poll = function () {
    if (live.getAttribute("data-waits") !== "true") { return; }
    var age = Date.now() - since;
    var pause = document.hidden ? 15000 : age < 120000 ? 2000 : age < 900000 ? 5000 : 30000;
    setTimeout(function () { look(); poll(); }, pause);
  };

  var stream = null;
  if (live.getAttribute("data-waits") !== "true") { return; }
  if (live.getAttribute("data-live") === "stream" && window.EventSource) {
    stream = new EventSource(location.pathname);
    stream.onmessage = look;
    stream.onerror = function () {
      if (stream.readyState === 2) { stream = null; poll(); }
    };
    window.addEventListener("pagehide", function () { if (stream) { stream.close(); } });
  } else {
    poll();
  }
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { look(); } });
})();
