-- +goose Up
CREATE INDEX `updates_by_district_id_for_id_at` ON `updates` (`district_id`, `for_id`, `at`);
