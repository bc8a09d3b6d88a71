-- +goose Up
CREATE INDEX `deliveries_by_district_id_card` ON `deliveries` (`district_id`, `card`);
