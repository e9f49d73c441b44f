<?php defined('BASEPATH') or exit('No direct script access allowed'); ?>
<div class="col-md-12"><?php echo $content; ?></div>
