<?php

/** Staff record a payment; what else the CRM does about it is no concern of the companion. */
class Payments extends AdminController
{
    public function record(string $invoice, string $amount): void
    {
        $sql = 'INSERT INTO `' . db_prefix() . 'invoicepaymentrecords` (`invoiceid`, `amount`, `paymentmode`, `date`, `daterecorded`, `note`, `transactionid`)'
            . " VALUES (?, ?, '1', CURDATE(), NOW(), '', '')";
        StandIn_Database::query($sql, [$invoice, $amount]);
        $payment = StandIn_Database::id();
        hooks()->do_action('invoice_status_changed', ['invoice_id' => $invoice, 'status' => 2]);
        hooks()->do_action('after_payment_added', $payment);
        echo "payment recorded";
    }
}
