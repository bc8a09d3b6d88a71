-- +goose Up
CREATE INDEX `deliveries_by_district_id_sent_at` ON `deliveries` (`district_id`, `sent_at`);
