<!doctype html>
<html lang="<?php echo html_escape($GLOBALS['language']); ?>">
<head><meta charset="utf-8"><title><?php echo html_escape($title); ?></title><?php app_customers_head(); ?></head>
<body class="customers">
<ul class="navbar-nav">
<?php foreach (StandIn_Crm::$portal_menu as $item) { ?>
<li><a href="<?php echo html_escape($item['href']); ?>"><?php echo html_escape($item['name']); ?></a></li>
<?php } ?>
</ul>
<div class="container"><div class="row"><?php echo $page; ?></div></div>
<?php app_customers_footer(); ?>
</body>
</html>
