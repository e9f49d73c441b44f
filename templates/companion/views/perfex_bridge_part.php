<?php defined('BASEPATH') or exit('No direct script access allowed'); ?>
<div>
    <a href="<?php echo html_escape($perfex_bridge_part['href']); ?>"><?php echo html_escape($perfex_bridge_part['name']); ?></a>
    <script>
    // Fetched by the browser: the CRM's page does not wait for the daemon, and keeps the link when it is away.
    (function (part, url) {
        fetch(url, { headers: { 'X-Requested-With': 'XMLHttpRequest' } }).then(function (answer) {
            return /^text\/html/.test(answer.headers.get('Content-Type')) ? answer.text() : Promise.reject(answer);
        }).then(function (html) {
            part.innerHTML = html;
            // What is relative in it is so to its own address.
            part.querySelectorAll('a[href], form[action]').forEach(function (element) {
                var name = element.tagName === 'A' ? 'href' : 'action';
                element.setAttribute(name, new URL(element.getAttribute(name), url).href);
            });
        }).catch(function () {});
    })(document.currentScript.parentNode, document.currentScript.parentNode.firstElementChild.href);
    </script>
</div>
