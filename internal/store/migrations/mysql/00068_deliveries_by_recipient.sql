-- +goose Up
CREATE INDEX `deliveries_by_district_id_recipient_sent_at` ON `deliveries` (`district_id`, `recipient`, `sent_at`);
