<?php hooks()->do_action('app_admin_footer'); ?>
