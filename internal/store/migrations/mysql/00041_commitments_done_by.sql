-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `done_by` BIGINT NOT NULL DEFAULT 0;
