-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `received_at` BIGINT NOT NULL DEFAULT 0;
