-- Staff record the rest of an issued invoice as a bank payment, in the order in which Perfex's PHP sends its statements,
-- each committed by itself. Set before: @invoice (its id) and @local (wall time in option default_timezone).
-- Set after: @committed, the moment (UTC) at which the payment could be seen.

SELECT `total` - (SELECT COALESCE(SUM(`amount`), 0) FROM `tblinvoicepaymentrecords` WHERE `invoiceid` = @invoice)
               - (SELECT COALESCE(SUM(`amount`), 0) FROM `tblcredits` WHERE `invoice_id` = @invoice), `status`
  INTO @amount, @earlier FROM `tblinvoices` WHERE `id` = @invoice;

-- The payment.
INSERT INTO `tblinvoicepaymentrecords`
    (`invoiceid`, `amount`, `paymentmode`, `paymentmethod`, `date`, `daterecorded`, `note`, `transactionid`)
  VALUES (@invoice, @amount, '1', '', DATE(@local), @local, '', '');
SET @payment = LAST_INSERT_ID(), @committed = UTC_TIMESTAMP(6);

-- The status, and what the two logs say about it.
UPDATE `tblinvoices` SET `status` = 2 WHERE `id` = @invoice;
INSERT INTO `tblactivity_log` (`description`, `date`, `staffid`)
  VALUES (CONCAT('Invoice Status Updated [Invoice ID: ', @invoice, ', From: ', @earlier, ', To: 2]'), @local, 'Ada Admin');
INSERT INTO `tblsales_activity`
    (`description`, `date`, `rel_id`, `rel_type`, `staffid`, `full_name`, `additional_data`)
  VALUES ('invoice_activity_status_updated', @local, @invoice, 'invoice', '1', 'Ada Admin',
          CONCAT('a:2:{i:0;s:36:"<original_status>', @earlier, '</original_status>";i:1;s:26:"<new_status>2</new_status>";}'));

-- The number as text, refreshed.
UPDATE `tblinvoices` SET `formatted_number` = CONCAT(`prefix`, LPAD(`number`, 6, '0'))
  WHERE `id` = @invoice AND `number_format` = 1;

-- The payment in the logs; lengths in serialised text are bytes.
SET @money = CONCAT('€', REPLACE(@amount, '.', ',')),
    @link = CONCAT('<a href="https://crm.example/admin/payments/payment/', @payment, '">#', @payment, '</a>');
INSERT INTO `tblsales_activity`
    (`description`, `date`, `rel_id`, `rel_type`, `staffid`, `full_name`, `additional_data`)
  VALUES ('invoice_activity_payment_made_by_staff', @local, @invoice, 'invoice', '1', 'Ada Admin',
          CONCAT('a:2:{i:0;s:', LENGTH(@money), ':"', @money, '";i:1;s:', LENGTH(@link), ':"', @link, '";}'));
INSERT INTO `tblactivity_log` (`description`, `date`, `staffid`)
  VALUES (CONCAT('Payment Recorded [ID: ', @payment, ', Invoice ID: ', @invoice, ', Total: ', @money, ']'), @local, 'Ada Admin');
