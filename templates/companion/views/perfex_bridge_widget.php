<?php defined('BASEPATH') or exit('No direct script access allowed'); ?>
<div class="widget" id="widget-<?php echo create_widget_id(); ?>" data-name="<?php echo html_escape(_l('perfex_bridge_menu')); ?>">
    <div class="panel_s">
        <div class="panel-body">
            <div class="widget-dragger"></div>
            <?php array_map('perfex_bridge_part', perfex_bridge_entries('staff_widget')); ?>
        </div>
    </div>
</div>
