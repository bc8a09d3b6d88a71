-- +goose Up
ALTER TABLE `updates` ADD COLUMN `for_id` BIGINT NOT NULL DEFAULT 0;
