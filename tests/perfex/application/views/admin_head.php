<!doctype html>
<html lang="<?php echo html_escape(get_locale_key($GLOBALS['language'])); ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, maximum-scale=1">
<title><?php echo html_escape($title ?? ''); ?></title>
<?php foreach (['bootstrap', 'utilities', 'crm'] as $style) { ?>
<link rel="stylesheet" href="<?php echo site_url("assets/$style.css"); ?>">
<?php } ?>
<?php hooks()->do_action('app_admin_head'); ?>
</head>
<body class="app admin">
<div id="header"></div>
<aside id="menu"><ul id="side-menu">
<?php foreach (get_instance()->app_menu->items as $slug => $item) { ?>
<li class="menu-item-<?php echo $slug; ?>"><span><?php echo html_escape($item['name']); ?></span><ul>
<?php foreach ($item['children'] as $child) { ?>
<li><a href="<?php echo html_escape($child['href']); ?>"><?php echo html_escape($child['name']); ?></a></li>
<?php } ?>
</ul></li>
<?php } ?>
</ul></aside>
