"""A narrow YOLOv8, trained on emoji scenes, that stands in for YOLOv8n."""
