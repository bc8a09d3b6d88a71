-- +goose Up
CREATE INDEX `orders_by_district_id_strike_id` ON `orders` (`district_id`, `strike_id`);
