<p>Portal of <?php echo html_escape(get_option('companyname')); ?>, <?php echo is_client_logged_in() ? 'signed in' : 'a stranger'; ?></p>
