-- +goose Up
ALTER TABLE `deliveries` ADD COLUMN `read_at` BIGINT NOT NULL DEFAULT 0;
