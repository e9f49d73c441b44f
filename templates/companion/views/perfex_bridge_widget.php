<?php defined('BASEPATH') or exit('No direct script access allowed'); ?>
<div class="widget" id="widget-<?php echo create_widget_id(); ?>" data-name="<?php echo html_escape(_l('perfex_bridge_menu')); ?>">
    <div class="panel_s">
        <div class="panel-body">
            <div class="widget-dragger"></div>
            <?php foreach (perfex_bridge_entries('staff_widget') as $entry) { ?>
            <div data-perfex-bridge="<?php echo html_escape(perfex_bridge_staff_url($entry['path'])); ?>"></div>
            <?php } ?>
            <script>
            // Fetched by the browser: the dashboard does not wait for the daemon.
            document.querySelectorAll('[data-perfex-bridge]').forEach(function (part) {
                fetch(part.dataset.perfexBridge, { headers: { 'X-Requested-With': 'XMLHttpRequest' } })
                    .then(function (answer) {
                        var kind = answer.headers.get('Content-Type') || '';
                        return kind.indexOf('text/html') === 0 ? answer.text() : '';
                    })
                    .then(function (html) { part.innerHTML = html; })
                    .catch(function () {});
            });
            </script>
        </div>
    </div>
</div>
