-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `raised_by` BIGINT NOT NULL DEFAULT 0;
