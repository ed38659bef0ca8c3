"""model_registry"""
