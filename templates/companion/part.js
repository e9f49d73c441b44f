// Puts pages of ours into pages of the CRM, each in place of a link to it. The browser fetches them: the CRM's page does not
// wait for the daemon, and keeps the link when nobody answers.
document.querySelectorAll('a[data-perfex-bridge-part]').forEach(function (link) {
    // Once a link, however often this runs: for each part that was written, and again when jQuery moves one.
    link.removeAttribute('data-perfex-bridge-part');
    var part = link.parentNode;
    fetch(link.href, { headers: { 'X-Requested-With': 'XMLHttpRequest' } }).then(function (answer) {
        return /^text\/html/.test(answer.headers.get('Content-Type')) ? answer.text() : Promise.reject(answer);
    }).then(function (html) {
        part.innerHTML = html;
        // What is relative in it is so to its own address.
        part.querySelectorAll('a[href], form[action]').forEach(function (element) {
            var name = element.tagName === 'A' ? 'href' : 'action';
            element.setAttribute(name, new URL(element.getAttribute(name), link.href).href);
        });
    }).catch(function () {});
});
