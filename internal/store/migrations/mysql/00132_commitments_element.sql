-- +goose Up
ALTER TABLE `commitments` ADD COLUMN `element` VARCHAR(32) NOT NULL DEFAULT '';
