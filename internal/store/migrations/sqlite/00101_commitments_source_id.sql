-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `source_id` BIGINT NOT NULL DEFAULT 0;
