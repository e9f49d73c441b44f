<?php $this->view('themes/' . get_option('clients_default_theme') . '/head'); ?>
<body class="customers">
<nav class="navbar navbar-default"><div class="container"><ul class="nav navbar-nav">
<?php foreach (StandIn_Crm::$portal_menu as $item) { ?>
<li><a href="<?php echo html_escape($item['href']); ?>"><?php echo html_escape($item['name']); ?></a></li>
<?php } ?>
</ul></div></nav>
<div class="container"><div class="row"><?php echo $page; ?></div></div>
<?php app_customers_footer(); ?>
</body>
</html>
