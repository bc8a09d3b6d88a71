-- +goose Up
CREATE INDEX `deliveries_by_district_id_platform_id` ON `deliveries` (`district_id`, `platform_id`);
