-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `source` VARCHAR(32) NOT NULL DEFAULT '';
