-- Reads from the server's slow log, which took down every statement for a while, what the statements of one poll cost.
-- Prints: server time of one poll in ms (sum of the medians) | rows examined by one poll | polls | each statement in ms.

TRUNCATE TABLE `bench_poll`;
INSERT INTO `bench_poll`
  SELECT CASE
      WHEN `sql_text` LIKE '%`tblinvoicepaymentrecords` r LEFT JOIN `tblbridge_seen`%' THEN '1 new payments'
      WHEN `sql_text` LIKE '%`tblcredits` r LEFT JOIN `tblbridge_seen`%' THEN '2 new credits'
      WHEN `sql_text` LIKE 'SELECT `id`, `invoice_id`, `invoice_fingerprint` FROM%' THEN '3 orders'
      WHEN `sql_text` LIKE '%FROM `tblinvoices` i LEFT JOIN `tblinvoicepaymentrecords` p%' THEN '4 invoices'
      WHEN `sql_text` LIKE '%`look_again_at` <=%' THEN '5 due'
      ELSE 'other' END,
    ROUND(TIME_TO_SEC(`query_time`) * 1000000), `rows_examined`
  FROM mysql.`slow_log`;

SELECT ROUND(SUM(`middle`) / 1000, 2), ROUND(SUM(`rows`)), MIN(`times`),
       GROUP_CONCAT(CONCAT(SUBSTRING(`part`, 3), ' ', ROUND(`middle` / 1000, 2)) ORDER BY `part` SEPARATOR ', ')
  FROM (SELECT DISTINCT `part`, MEDIAN(`us`) OVER (PARTITION BY `part`) AS `middle`,
               AVG(`examined`) OVER (PARTITION BY `part`) AS `rows`, COUNT(*) OVER (PARTITION BY `part`) AS `times`
        FROM `bench_poll` WHERE `part` <> 'other') AS `parts`;
