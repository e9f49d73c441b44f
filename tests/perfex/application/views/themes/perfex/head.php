<!doctype html>
<html lang="<?php echo html_escape(get_locale_key($GLOBALS['language'])); ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, maximum-scale=1">
<title><?php echo html_escape($title); ?></title>
<?php foreach (['bootstrap', 'utilities', 'crm'] as $style) { ?>
<link rel="stylesheet" href="<?php echo site_url("assets/$style.css"); ?>">
<?php } ?>
<?php app_customers_head(); ?>
</head>
