-- Every id of a test database starts in its own thousand, so that an invoice id handed over as a client id finds
-- nothing instead of the wrong row that happens to carry the same small number. Loaded last, and only by tests.

ALTER TABLE `tblclients` AUTO_INCREMENT = 1001;
ALTER TABLE `tblcontacts` AUTO_INCREMENT = 2001;
ALTER TABLE `tblinvoices` AUTO_INCREMENT = 3001;
ALTER TABLE `tblinvoicepaymentrecords` AUTO_INCREMENT = 4001;
ALTER TABLE `tblitemable` AUTO_INCREMENT = 5001;
ALTER TABLE `tblitem_tax` AUTO_INCREMENT = 6001;
ALTER TABLE `tblcreditnotes` AUTO_INCREMENT = 7001;
ALTER TABLE `tblcredits` AUTO_INCREMENT = 8001;
ALTER TABLE `tblcontact_permissions` AUTO_INCREMENT = 9001;
ALTER TABLE `tblsales_activity` AUTO_INCREMENT = 10001;
ALTER TABLE `tblactivity_log` AUTO_INCREMENT = 11001;
ALTER TABLE `tblscheduled_emails` AUTO_INCREMENT = 12001;
ALTER TABLE `tblmail_queue` AUTO_INCREMENT = 13001;
ALTER TABLE `tblemailtemplates` AUTO_INCREMENT = 14001;
ALTER TABLE `tblnotifications` AUTO_INCREMENT = 15001;
ALTER TABLE `tblevents` AUTO_INCREMENT = 16001;
ALTER TABLE `tbluser_meta` AUTO_INCREMENT = 17001;
ALTER TABLE `tbloptions` AUTO_INCREMENT = 18001;
