(function () {
  "use strict";
  var form = document.getElementById("checkout");
  if (!form || !window.fetch || !window.DOMParser) { return; }
  var field = function (name) { return form.querySelector('[name="' + name + '"]'); };
  var offer = function () { return document.getElementById("offer"); };
  var asked = 0;

  // The price follows country, VAT id and quantity; the answer is the same page that the button would bring.
  var follow = function () {
    var mine = ++asked;
    var data = new URLSearchParams(new FormData(form));
    data.set("step", "quote");
    fetch(form.action, { method: "POST", body: data, credentials: "same-origin", headers: { "X-Requested-With": "fetch" } })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var fresh = page.getElementById("offer");
        var ticket = page.querySelector('[name="ticket"]');
        if (mine !== asked || !fresh || !ticket) { return; }
        var focused = document.activeElement && document.activeElement.id;
        offer().innerHTML = fresh.innerHTML;
        // A press that waits was for the price that stood there before: it has to be seen first.
        waits = null;
        busy(false);
        field("ticket").value = ticket.value;
        tell(page);
        if (focused && document.getElementById(focused)) { document.getElementById(focused).focus(); }
        quiet();
        work();
      })
      .catch(function () { /* The button does the same. */ });
  };
  // What is wrong with a VAT ID depends on the country as well.
  var tell = function (page) {
    var ours = field("vat_id"), theirs = page.getElementById("vat_id");
    if (ours.value.trim() !== theirs.value.trim()) { return; }
    var said = document.getElementById("vat_id-error"), fresh = page.getElementById("vat_id-error");
    if (said) { said.remove(); }
    if (fresh) {
      fresh.setAttribute("role", "alert");
      ours.before(fresh);
    }
    ["aria-invalid", "aria-describedby"].forEach(function (name) {
      if (theirs.hasAttribute(name)) { ours.setAttribute(name, theirs.getAttribute(name)); } else { ours.removeAttribute(name); }
    });
    ours.closest(".field").classList.toggle("wrong", !!fresh);
  };
  form.addEventListener("change", function (event) {
    if (["country", "vat_id", "quantity"].indexOf(event.target.name) >= 0) { follow(); }
  });

  // With a price that follows by itself the button to update it is not needed.
  var quiet = function () {
    var button = offer().querySelector('[value="quote"]');
    if (button) { button.hidden = true; }
  };
  quiet();

  // A form goes out once, and not before its work is done; whoever comes back to this page may send it again.
  var sent = false;
  var waits = null;
  var busy = function (yes) {
    var button = document.getElementById("order");
    if (button && yes) { button.setAttribute("aria-busy", "true"); } else if (button) { button.removeAttribute("aria-busy"); }
  };
  form.addEventListener("submit", function (event) {
    var orders = event.submitter && event.submitter.value === "order";
    if (sent || orders && working) { event.preventDefault(); }
    if (orders && working) { waits = event.submitter; }
    sent = sent || !(orders && working);
    busy(true);
  });
  window.addEventListener("pageshow", function () { sent = false; waits = null; busy(false); });

  // Where many forms come from, each has to be worth a little computing.
  var working = false;
  var work = function () {
    var ticket = field("ticket").value;
    var bits = Number(ticket.split(".")[3] || 0);
    working = bits > 0 && window.crypto && !!crypto.subtle && !!form.requestSubmit;
    if (!working) { return; }
    var text = new TextEncoder();
    var zeros = function (bytes) {
      var count = 0;
      for (var i = 0; i < bytes.length; i++) {
        if (bytes[i]) { return count + Math.clz32(bytes[i]) - 24; }
        count += 8;
      }
      return count;
    };
    var next = function (number) {
      if (field("ticket").value !== ticket) { return; }
      var tries = [];
      for (var i = 0; i < 256; i++) { tries.push(crypto.subtle.digest("SHA-256", text.encode(ticket + ":" + (number + i)))); }
      Promise.all(tries).then(function (digests) {
        for (var i = 0; i < digests.length; i++) {
          if (zeros(new Uint8Array(digests[i])) >= bits) { done(String(number + i)); return; }
        }
        setTimeout(function () { next(number + 256); }, 0);
      });
    };
    var done = function (proof) {
      if (field("ticket").value !== ticket) { return; }
      field("proof").value = proof;
      working = false;
      if (waits) { form.requestSubmit(waits); }
    };
    next(0);
  };
  work();

  var errors = document.getElementById("errors");
  if (errors) { errors.focus(); }
})();
