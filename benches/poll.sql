-- Reads from the server's slow log, which took down every statement for a while, what the statements of one poll cost.
-- Prints: server time of one poll in ms (sum of the medians) | rows examined by one poll | polls | each part in ms.

TRUNCATE TABLE `bench_poll`;
INSERT INTO `bench_poll`
  SELECT CASE
      WHEN `sql_text` LIKE '%`tblinvoicepaymentrecords` r LEFT JOIN `tblbridge_seen`%' THEN '1 new payments'
      WHEN `sql_text` LIKE '%`tblcredits` r LEFT JOIN `tblbridge_seen`%' THEN '2 new credits'
      WHEN `sql_text` LIKE 'SELECT `id`, `invoice_id`, `invoice_fingerprint` FROM%' THEN '3 orders'
      WHEN `sql_text` LIKE '%FROM `tblinvoices` i LEFT JOIN `tblinvoicepaymentrecords` p%' THEN '4 invoices'
      WHEN `sql_text` LIKE '%`look_again_at` <=%' THEN '5 due'
      WHEN `sql_text` LIKE '%MAX(`row_id`)%' THEN '6 end of the ledger'
      ELSE 'other' END,
    ROUND(TIME_TO_SEC(`query_time`) * 1000000), `rows_examined`
  FROM mysql.`slow_log`;

-- A part may have several statements a poll; the orders have one.
SELECT COUNT(*) INTO @polls FROM `bench_poll` WHERE `part` = '3 orders';
SELECT ROUND(SUM(`middle`) / 1000, 2), ROUND(SUM(`rows`)), @polls,
       GROUP_CONCAT(CONCAT(SUBSTRING(`part`, 3), ' ', ROUND(`middle` / 1000, 2)) ORDER BY `part` SEPARATOR ', ')
  FROM (SELECT DISTINCT `part`, MEDIAN(`us`) OVER (PARTITION BY `part`) * COUNT(*) OVER (PARTITION BY `part`) / @polls AS `middle`,
               SUM(`examined`) OVER (PARTITION BY `part`) / @polls AS `rows`
        FROM `bench_poll` WHERE `part` <> 'other') AS `parts`;
