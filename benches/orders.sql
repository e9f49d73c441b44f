-- Copies an order that was placed in the proper way, with its customer, invoice and item, so that thousands exist in
-- seconds. Set before: @order (the original), @copies. The copies are the orders after the original.

SELECT `invoice_id`, `client_id`, `contact_id` INTO @invoice, @client, @contact FROM `tblpm_orders` WHERE `id` = @order;

INSERT INTO `tblclients` (`userid`, `company`, `datecreated`, `active`, `default_language`)
  SELECT @client + s.seq, c.`company`, c.`datecreated`, 1, c.`default_language`
  FROM `tblclients` c JOIN seq_1_to_1000000 s ON s.seq <= @copies WHERE c.`userid` = @client;
INSERT INTO `tblcontacts` (`id`, `userid`, `firstname`, `lastname`, `email`, `phonenumber`, `datecreated`)
  SELECT @contact + s.seq, @client + s.seq, c.`firstname`, c.`lastname`, CONCAT('buyer', s.seq, '@buyer.example'), '',
         c.`datecreated`
  FROM `tblcontacts` c JOIN seq_1_to_1000000 s ON s.seq <= @copies WHERE c.`id` = @contact;
INSERT INTO `tblinvoices` (`id`, `clientid`, `number`, `prefix`, `number_format`, `formatted_number`, `datecreated`,
    `date`, `duedate`, `currency`, `subtotal`, `total_tax`, `total`, `hash`, `status`, `allowed_payment_modes`,
    `discount_type`, `include_shipping`)
  SELECT @invoice + s.seq, @client + s.seq, i.`number` + s.seq, i.`prefix`, i.`number_format`,
         CONCAT(i.`prefix`, LPAD(i.`number` + s.seq, 6, '0')), i.`datecreated`, i.`date`, i.`duedate`, i.`currency`,
         i.`subtotal`, i.`total_tax`, i.`total`, MD5(s.seq), i.`status`, i.`allowed_payment_modes`, i.`discount_type`,
         i.`include_shipping`
  FROM `tblinvoices` i JOIN seq_1_to_1000000 s ON s.seq <= @copies WHERE i.`id` = @invoice;
INSERT INTO `tblitemable` (`rel_id`, `rel_type`, `description`, `long_description`, `qty`, `rate`, `unit`, `item_order`)
  SELECT @invoice + s.seq, l.`rel_type`, l.`description`, l.`long_description`, l.`qty`, l.`rate`, l.`unit`, l.`item_order`
  FROM `tblitemable` l JOIN seq_1_to_1000000 s ON s.seq <= @copies WHERE l.`rel_id` = @invoice AND l.`rel_type` = 'invoice';
UPDATE `tbloptions` SET `value` = `value` + @copies WHERE `name` = 'next_invoice_number';

INSERT INTO `tblpm_orders` (`id`, `token`, `client_id`, `contact_id`, `invoice_id`, `invoice_hash`, `email`, `firstname`, `lastname`,
    `language`, `currency`, `total`, `state`, `charge`, `fulfilment`, `placed_at`)
  SELECT @order + s.seq, MD5(CONCAT('order ', s.seq)), @client + s.seq, @contact + s.seq, @invoice + s.seq, MD5(s.seq),
         CONCAT('buyer', s.seq, '@buyer.example'), o.`firstname`, o.`lastname`, o.`language`, o.`currency`, o.`total`,
         o.`state`, o.`charge`, o.`fulfilment`, o.`placed_at`
  FROM `tblpm_orders` o JOIN seq_1_to_1000000 s ON s.seq <= @copies WHERE o.`id` = @order;
INSERT INTO `tblpm_order_items` (`order_id`, `package_id`, `product_id`, `kind`, `description`, `quantity`, `unit_price`,
    `tax_name`, `tax_rate`, `term`)
  SELECT @order + s.seq, i.`package_id`, i.`product_id`, i.`kind`, i.`description`, i.`quantity`, i.`unit_price`,
         i.`tax_name`, i.`tax_rate`, i.`term`
  FROM `tblpm_order_items` i JOIN seq_1_to_1000000 s ON s.seq <= @copies WHERE i.`order_id` = @order;
INSERT INTO `tblpm_order_events` (`order_id`, `at`, `event`, `detail`)
  SELECT @order + s.seq, e.`at`, e.`event`, e.`detail`
  FROM `tblpm_order_events` e JOIN seq_1_to_1000000 s ON s.seq <= @copies WHERE e.`order_id` = @order;

ANALYZE TABLE `tblclients`, `tblcontacts`, `tblinvoices`, `tblpm_orders`, `tblpm_order_items`;
