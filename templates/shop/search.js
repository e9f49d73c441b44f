// Finds while somebody types; without it, the form's button does.
(() => {
  const form = document.getElementById("search");
  if (!form || !window.fetch || !window.DOMParser) return;
  let timer, last = 0;
  const find = async () => {
    const turn = ++last;
    const query = new URLSearchParams(new FormData(form));
    const language = new URLSearchParams(location.search).get("lang");
    if (language) query.set("lang", language);
    const address = form.action + "?" + query;
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) return form.submit();
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("results");
    if (!found || turn !== last) return;
    document.getElementById("results").replaceWith(found);
    history.replaceState(null, "", address);
  };
  const soon = (pause) => { clearTimeout(timer); timer = setTimeout(() => find().catch(() => form.submit()), pause); };
  form.q.addEventListener("input", () => soon(200));
  form.show.addEventListener("change", () => soon(0));
  form.addEventListener("submit", (event) => { event.preventDefault(); soon(0); });
})();
