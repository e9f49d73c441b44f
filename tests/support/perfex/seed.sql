-- What a Perfex of one small company holds before its first customer: the rows of a fresh installation that payments,
-- invoices and mails depend on, with the company filled in.
--
-- Loaded after schema/*.sql. A statement ends at a semicolon that ends its line; no value holds such a line.

INSERT INTO `tblmigrations` (`version`) VALUES (341);

INSERT INTO `tblcurrencies` (`id`, `symbol`, `name`, `decimal_separator`, `thousand_separator`, `placement`, `isdefault`) VALUES
  (1, '$', 'USD', '.', ',', 'before', 1),
  (2, '€', 'EUR', ',', '.', 'before', 0);

INSERT INTO `tblpayment_modes` (`id`, `name`, `description`, `show_on_pdf`, `invoices_only`, `expenses_only`, `selected_by_default`, `active`) VALUES
  (1, 'Bank', NULL, 0, 0, 0, 1, 1);

INSERT INTO `tbltaxes` (`id`, `name`, `taxrate`) VALUES
  (1, 'VAT', 19.00),
  (2, 'VAT', 7.00);

INSERT INTO `tblroles` (`roleid`, `name`, `permissions`) VALUES (1, 'Employee', NULL);

-- Ada signs in with demo-password.
INSERT INTO `tblstaff` (`staffid`, `email`, `firstname`, `lastname`, `password`, `datecreated`, `admin`, `active`, `media_path_slug`) VALUES
  (1, 'ada@seller.example', 'Ada', 'Admin', '$2a$08$perfexbridgedemosaltxeBQnY7yTeB1oI7eaHw7THKJkqhUj1uXa', '2026-01-05 09:00:00', 1, 1, 'ada-admin');

-- A choice of the 250, with the ids they have in every Perfex.
INSERT INTO `tblcountries` (`country_id`, `iso2`, `short_name`, `long_name`, `iso3`, `numcode`, `un_member`, `calling_code`, `cctld`) VALUES
  (15, 'AT', 'Austria', 'Republic of Austria', 'AUT', '040', 'yes', '43', '.at'),
  (83, 'DE', 'Germany', 'Federal Republic of Germany', 'DEU', '276', 'yes', '49', '.de'),
  (216, 'CH', 'Switzerland', 'Swiss Confederation', 'CHE', '756', 'yes', '41', '.ch'),
  (235, 'GB', 'United Kingdom', 'United Kingdom of Great Britain and Northern Ireland', 'GBR', '826', 'yes', '44', '.uk'),
  (236, 'US', 'United States', 'United States of America', 'USA', '840', 'yes', '1', '.us'),
  (243, 'VN', 'Vietnam', 'Socialist Republic of Vietnam', 'VNM', '704', 'yes', '84', '.vn');

-- Read at every request of Perfex (autoload 1).
INSERT INTO `tbloptions` (`name`, `value`, `autoload`) VALUES
  ('companyname', 'Seller GmbH', 1),
  ('invoice_company_name', 'Seller GmbH', 1),
  ('invoice_company_address', 'Hafenstraße 1', 1),
  ('invoice_company_city', 'Hamburg', 1),
  ('company_state', '', 1),
  ('invoice_company_country_code', 'DE', 1),
  ('invoice_company_postal_code', '20457', 1),
  ('invoice_company_phonenumber', '', 1),
  ('company_vat', 'DE123456789', 1),
  ('main_domain', 'https://seller.example', 1),
  ('company_logo', '', 1),
  ('company_logo_dark', '', 1),
  ('favicon', '', 1),
  ('invoice_prefix', 'INV-', 1),
  ('invoice_number_format', '1', 1),
  ('number_padding_prefixes', '6', 1),
  ('invoice_number_decrement_on_delete', '1', 1),
  ('delete_only_on_last_invoice', '1', 1),
  ('invoice_due_after', '30', 1),
  ('predefined_terms_invoice', '', 1),
  ('predefined_clientnote_invoice', '', 1),
  ('view_invoice_only_logged_in', '0', 1),
  ('exclude_invoice_from_client_area_with_draft_status', '1', 1),
  ('show_sale_agent_on_invoices', '1', 1),
  ('notification_when_customer_pay_invoice', '1', 1),
  ('attach_invoice_to_payment_receipt_email', '0', 1),
  ('default_tax', 'a:0:{}', 1),
  ('show_tax_per_item', '1', 1),
  ('allow_staff_view_invoices_assigned', '1', 1),
  ('invoice_auto_operations_hour', '21', 1),
  ('credit_note_prefix', 'CN-', 1),
  ('credit_note_number_format', '1', 1),
  ('next_credit_note_number', '1', 1),
  ('decimal_separator', '.', 1),
  ('thousand_separator', ',', 1),
  ('remove_decimals_on_zero', '0', 1),
  ('dateformat', 'Y-m-d|%Y-%m-%d', 1),
  ('time_format', '24', 1),
  ('default_timezone', 'Europe/Berlin', 1),
  ('calendar_first_day', '0', 1),
  ('active_language', 'english', 1),
  ('disable_language', '0', 1),
  ('email_protocol', 'smtp', 1),
  ('mail_engine', 'phpmailer', 1),
  ('smtp_host', '', 1),
  ('smtp_port', '', 1),
  ('smtp_username', '', 1),
  ('smtp_email', 'crm@seller.example', 1),
  ('smtp_password', '', 1),
  ('smtp_encryption', '', 1),
  ('smtp_email_charset', 'utf-8', 1),
  ('email_signature', 'Your Seller team', 1),
  ('email_header', '<!doctype html><html><head><meta charset="utf-8"></head><body><h1>{companyname}</h1>', 1),
  ('email_footer', '<p><small>{companyname} | {main_domain}</small></p></body></html>', 1),
  ('email_queue_enabled', '0', 1),
  ('email_queue_skip_with_attachments', '1', 1),
  ('last_email_queue_retry', '', 1),
  ('last_cron_run', '', 1),
  ('cron_has_run_from_cli', '0', 1),
  ('allow_registration', '0', 1),
  ('customers_register_require_confirmation', '0', 1),
  ('company_is_required', '1', 1),
  ('company_requires_vat_number_field', '1', 1),
  ('customer_default_country', '', 1),
  ('default_contact_permissions', 'a:6:{i:0;s:1:"1";i:1;s:1:"2";i:2;s:1:"3";i:3;s:1:"4";i:4;s:1:"5";i:5;s:1:"6";}', 1),
  ('enable_gdpr', '0', 1),
  ('privacy_policy', '', 1),
  ('terms_and_conditions', '', 1),
  ('clients_default_theme', 'perfex', 1),
  ('identification_key', '', 1),
  ('delete_activity_log_older_then', '1', 1);

-- Read from the table whenever they are needed (autoload 0).
INSERT INTO `tbloptions` (`name`, `value`, `autoload`) VALUES
  ('next_invoice_number', '1', 0),
  ('bcc_emails', '', 0),
  ('company_info_format', '{company_name}<br />{address}<br />{city} {state}<br />{country_code} {zip_code}<br />{vat_number_with_label}', 0),
  ('email_templates_language_checks', '', 0),
  ('upgraded_from_version', '', 0);

INSERT INTO `tblemailtemplates` (`emailtemplateid`, `type`, `slug`, `language`, `name`, `subject`, `message`, `fromname`, `fromemail`, `plaintext`, `active`, `order`) VALUES
  (1, 'invoice', 'invoice-payment-recorded', 'english', 'Payment recorded (to the customer)', 'We received your payment for {invoice_number}',
   '<p>Hello {contact_firstname},</p><p>thank you for {payment_total}, received on {payment_date}: <a href="{invoice_link}">{invoice_number}</a>.</p>',
   '{companyname} | CRM', NULL, 0, 1, 0);
