-- +goose Up
ALTER TABLE `snapshots` ADD COLUMN `lead_unit_id` BIGINT NOT NULL DEFAULT 0;
