-- +goose Up
ALTER TABLE `snapshots` ADD COLUMN `investment` BIGINT NOT NULL DEFAULT 0;
