-- Fills the CRM with payments of other business up to @rows, five an invoice, and once with 1,000 credits. Set before:
-- @rows, and @order (an order whose invoice is the pattern). Empties the watch's ledger, as it is when the daemon first
-- meets such a CRM.

SELECT COUNT(*) INTO @have FROM `tblinvoicepaymentrecords`;

INSERT INTO `tblinvoices` (`id`, `clientid`, `number`, `prefix`, `number_format`, `formatted_number`, `datecreated`,
    `date`, `duedate`, `currency`, `subtotal`, `total`, `hash`, `status`, `discount_type`, `include_shipping`)
  SELECT 1000000 + s.seq, i.`clientid`, 1000000 + s.seq, i.`prefix`, 1, CONCAT(i.`prefix`, 1000000 + s.seq),
         i.`datecreated`, i.`date`, i.`duedate`, i.`currency`, 245.00, 245.00, MD5(s.seq), 2, '', 0
  FROM seq_1_to_1000000 s JOIN `tblpm_orders` o ON o.`id` = @order JOIN `tblinvoices` i ON i.`id` = o.`invoice_id`
  WHERE s.seq > @have DIV 5 AND s.seq <= @rows DIV 5;
INSERT INTO `tblinvoicepaymentrecords` (`invoiceid`, `amount`, `paymentmode`, `paymentmethod`, `date`, `daterecorded`,
    `note`, `transactionid`)
  SELECT 1000001 + (s.seq - 1) DIV 5, 49.00, '1', '', '2026-01-05', '2026-01-05 10:00:00', '', ''
  FROM seq_1_to_1000000 s WHERE s.seq > @have AND s.seq <= @rows ORDER BY s.seq;
INSERT INTO `tblcredits` (`invoice_id`, `credit_id`, `staff_id`, `date`, `date_applied`, `amount`)
  SELECT 1000000 + s.seq, s.seq, 1, '2026-01-05', '2026-01-05 10:00:00', 1.00
  FROM seq_1_to_1000 s WHERE @have = 0;

DELETE FROM `tblbridge_seen`;
ANALYZE TABLE `tblinvoices`, `tblinvoicepaymentrecords`, `tblcredits`, `tblbridge_seen`;
