-- +goose Up
ALTER TABLE `projects` ADD COLUMN `service_id` BIGINT NOT NULL DEFAULT 0;
