-- Pays invoices of orders and notes when licenses can be seen. All clocks are the server's: SYSDATE(6) in UTC, read
-- right after a COMMIT or when a row is there. READ COMMITTED, so that looking locks nothing.

CREATE TABLE `bench_paid` (`order_id` BIGINT PRIMARY KEY, `at` DATETIME(6) NOT NULL) ENGINE=MEMORY;
CREATE TABLE `bench_visible` (`order_id` BIGINT PRIMARY KEY, `at` DATETIME(6) NOT NULL) ENGINE=MEMORY;
CREATE TABLE `bench_burst` (`what` VARCHAR(20) PRIMARY KEY, `at` DATETIME(6) NOT NULL) ENGINE=MEMORY;
CREATE TABLE `bench_poll` (`part` VARCHAR(20) NOT NULL, `us` BIGINT NOT NULL, `examined` BIGINT NOT NULL);

DELIMITER //

-- Pays the orders from `first` to `last` one by one, at random moments, each with a commit of its own.
CREATE PROCEDURE `bench_pay`(IN `first` BIGINT, IN `last` BIGINT)
BEGIN
  DECLARE `turn` BIGINT DEFAULT `first`;
  SET time_zone = '+00:00';
  WHILE `turn` <= `last` DO
    DO SLEEP(RAND() * 0.2);
    SELECT `invoice_id` INTO @bench_invoice FROM `tblpm_orders` WHERE `id` = `turn`;
    START TRANSACTION;
    INSERT INTO `tblinvoicepaymentrecords` (`invoiceid`, `amount`, `paymentmode`, `paymentmethod`, `date`,
        `daterecorded`, `note`, `transactionid`)
      SELECT `id`, `total`, '1', '', CURDATE(), NOW(), '', '' FROM `tblinvoices` WHERE `id` = @bench_invoice;
    COMMIT;
    SET @bench_at = SYSDATE(6);
    INSERT INTO `bench_paid` VALUES (`turn`, @bench_at);
    UPDATE `tblinvoices` SET `status` = 2 WHERE `id` = @bench_invoice;
    SET `turn` = `turn` + 1;
  END WHILE;
END//

-- Looks every 2 ms which of these orders have a license by now; gives up after `patience` seconds.
CREATE PROCEDURE `bench_look`(IN `first` BIGINT, IN `last` BIGINT, IN `patience` INT)
BEGIN
  DECLARE `until` DATETIME(6) DEFAULT SYSDATE(6) + INTERVAL `patience` SECOND;
  DECLARE `newest` BIGINT DEFAULT (SELECT COALESCE(MAX(`id`), 0) FROM `tblpm_licenses`);
  SET time_zone = '+00:00';
  SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
  WHILE (SELECT COUNT(*) FROM `bench_visible`) <= `last` - `first` AND SYSDATE(6) < `until` DO
    INSERT INTO `bench_visible`
      SELECT i.`order_id`, SYSDATE(6) FROM `tblpm_licenses` l JOIN `tblpm_order_items` i ON i.`id` = l.`order_item_id`
      LEFT JOIN `bench_visible` v ON v.`order_id` = i.`order_id`
      WHERE l.`id` > `newest` AND i.`order_id` BETWEEN `first` AND `last` AND v.`order_id` IS NULL;
    DO SLEEP(0.002);
  END WHILE;
END//

-- Pays all these orders in one transaction.
CREATE PROCEDURE `bench_pay_all`(IN `first` BIGINT, IN `last` BIGINT)
BEGIN
  SET time_zone = '+00:00';
  START TRANSACTION;
  INSERT INTO `tblinvoicepaymentrecords` (`invoiceid`, `amount`, `paymentmode`, `paymentmethod`, `date`,
      `daterecorded`, `note`, `transactionid`)
    SELECT i.`id`, i.`total`, '1', '', CURDATE(), NOW(), '', '' FROM `tblpm_orders` o
    JOIN `tblinvoices` i ON i.`id` = o.`invoice_id` WHERE o.`id` BETWEEN `first` AND `last` ORDER BY o.`id`;
  UPDATE `tblinvoices` i JOIN `tblpm_orders` o ON o.`invoice_id` = i.`id` SET i.`status` = 2
    WHERE o.`id` BETWEEN `first` AND `last`;
  COMMIT;
  INSERT INTO `bench_burst` VALUES ('paid', SYSDATE(6));
END//

-- Looks every 50 ms whether so many licenses and so many sent mails are there; gives up after `patience` seconds.
CREATE PROCEDURE `bench_wait`(IN `licenses` BIGINT, IN `mails` BIGINT, IN `patience` INT)
BEGIN
  DECLARE `until` DATETIME(6) DEFAULT SYSDATE(6) + INTERVAL `patience` SECOND;
  SET time_zone = '+00:00';
  SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
  WHILE (SELECT COUNT(*) FROM `tblpm_licenses`) < `licenses` AND SYSDATE(6) < `until` DO
    DO SLEEP(0.05);
  END WHILE;
  INSERT INTO `bench_burst` VALUES ('licensed', SYSDATE(6));
  WHILE (SELECT COUNT(*) FROM `tblbridge_outbox` WHERE `state` = 'sent') < `mails` AND SYSDATE(6) < `until` DO
    DO SLEEP(0.05);
  END WHILE;
  INSERT INTO `bench_burst` VALUES ('mailed', SYSDATE(6));
END//

DELIMITER ;
