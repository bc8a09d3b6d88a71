-- +goose Up
ALTER TABLE `orders` ADD COLUMN `strike_id` BIGINT NOT NULL DEFAULT 0;
