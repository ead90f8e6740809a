@echo off
rem Install Tocsin @VERSION@ from this folder, without a network.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0install.ps1" %*
exit /b %ERRORLEVEL%
